// The pages for citizens work without this file. It adds what a page alone cannot do.

// A page that the browser brings back as it was left shows what somebody wrote, perhaps to the next person at the same
// phone: it is hidden and asked for anew, and the server knows what has been sent already.
addEventListener("pageshow", (event) => {
  if (!event.persisted) return;
  document.documentElement.hidden = true;
  for (const form of document.forms) form.reset();
  location.reload();
});

// What is wrong is read out first. `autofocus` does it in newer browsers.
const summary = document.getElementById("faults");
if (summary) summary.focus();

// Photos that the server would refuse with all the rest are spoken of before anything is sent.
const LIMIT_BYTES = 60 * 1024 * 1024;
const inputs = /** @type {HTMLInputElement[]} */ ([...document.querySelectorAll("input[type=file]")]);
for (const input of inputs) {
  input.addEventListener("change", () => {
    const bytes = inputs.flatMap((one) => [...(one.files ?? [])]).reduce((sum, file) => sum + file.size, 0);
    for (const one of inputs) one.setCustomValidity("");
    if (bytes <= LIMIT_BYTES) return;
    input.setCustomValidity("照片太大，请少选几张。");
    input.reportValidity();
  });
}
