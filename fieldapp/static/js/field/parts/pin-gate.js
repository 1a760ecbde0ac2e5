/** The way back for the supervisor: the PIN, or, when it is forgotten, the password of the account. */
import { need } from "../../lib/dom.js";
import { tryPin, unlock } from "../session/handover-lock.js";
import { currentUser, signIn } from "../session/session.js";

/**
 * @param {HTMLElement} root parts pin-form, pin, pin-words, pin-button, password-form, password, password-words, forgotten
 * @param {() => unknown} opened called when the lock is open
 */
export function pinGate(root, opened) {
  /** @type {Parts<{pin: HTMLInputElement, "pin-button": HTMLButtonElement, password: HTMLInputElement}>} */
  const part = (name) => need(root, `[data-part="${name}"]`);

  part("pin-form").addEventListener("submit", async (event) => {
    event.preventDefault();
    part("pin-button").disabled = true;
    const { isOpen, waitMs } = await tryPin(part("pin").value);
    part("pin").value = "";
    if (isOpen) {
      opened();
      return;
    }
    await countDown(part("pin-words"), waitMs);
    part("pin-button").disabled = false;
  });

  part("forgotten").addEventListener("click", () => {
    part("password-form").hidden = false;
    part("password").focus();
  });

  part("password-form").addEventListener("submit", async (event) => {
    event.preventDefault();
    const user = await currentUser();
    part("password-words").textContent = "正在核对…";
    try {
      await signIn(user.username, part("password").value);
      await unlock();
      opened();
    } catch (error) {
      part("password-words").textContent = error.message;
    } finally {
      part("password").value = "";
    }
  });
}

async function countDown(words, waitMs) {
  for (let left = Math.ceil(waitMs / 1000); left > 0; left -= 1) {
    words.textContent = `密码不对。请等 ${left} 秒再试。`;
    await new Promise((resolve) => { setTimeout(resolve, 1000); });
  }
  words.textContent = "密码不对，请再试。";
}
