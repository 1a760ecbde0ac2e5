/** 显示密码 at a field for a password. The script makes the switch, so none stands where no script runs. */

for (const field of document.querySelectorAll("input[type=password]")) {
  const button = document.createElement("button");
  const show = (/** @type {boolean} */ isShown) => {
    /** @type {HTMLInputElement} */ (field).type = isShown ? "text" : "password";
    button.textContent = isShown ? "隐藏密码" : "显示密码";
  };
  button.type = "button";
  button.className = "button";
  button.setAttribute("aria-controls", field.id);
  button.addEventListener("click", () => show(/** @type {HTMLInputElement} */ (field).type === "password"));
  field.closest("form")?.addEventListener("submit", () => show(false)); // so that the browser knows it for a password
  field.after(button);
  show(false);
}
