/** Says on the button how many items carry a comment, and asks once before approving over unsent comments. */

/**
 * @param {HTMLFormElement} form
 */
export function start(form) {
  const chosen = /** @type {HTMLElement} */ (document.getElementById("chosen"));
  const texts = () => /** @type {HTMLTextAreaElement[]} */ ([...form.elements]);
  const fields = () => texts().filter((field) => field.name.startsWith("item-") && field.value.trim());
  const count = () => {
    const number = fields().length;
    chosen.hidden = number === 0;
    chosen.textContent = `（${number} 项）`;
  };
  document.addEventListener("input", count);
  form.addEventListener("submit", (event) => {
    const approves = event.submitter?.hasAttribute("formaction");
    if (approves && fields().length && !confirm("您写了退回意见，却要通过这份记录。确定通过吗？意见不会发出。")) {
      event.preventDefault();
    }
  });
  count();
}
