/** Signing in without leaving the page: nothing that is open is lost. */

import { clone, need } from "../../lib/dom.js";
import { onSignInNeeded } from "../sync/sync-status.js";
import { syncNow } from "../sync/sync-engine.js";
import { currentUser, resume, signIn } from "../session/session.js";

/** @type {Promise<any>|null} */
let open = null;

/** Opens the dialog when the sync meets an ended session, and when nobody has signed in on this phone yet. */
export async function watch() {
  onSignInNeeded((why) => ask(why));
  if (!(await resume())) ask({ reason: "nobody" });
}

/**
 * Asks for the password in place.
 * @param {{reason: "nobody"|"ended"|"other", user?: any}} [why] `other`: the browser is signed in as `user`
 * @returns {Promise<any|null>} the user, or null for 稍后再说
 */
export function ask(why = { reason: "ended" }) {
  if (!open) open = show(why).finally(() => { open = null; });
  return open;
}

async function show(why) {
  const known = await currentUser();
  /** @type {HTMLDialogElement} */
  const dialog = clone("sign-in-dialog");
  /** @type {Parts<{username: HTMLInputElement}>} */
  const part = (name) => need(dialog, `[data-slot="${name}"]`);
  part("words").textContent = wordsFor(why, known);
  if (known) part("username").value = known.username;
  document.body.append(dialog);
  const answered = new Promise((resolve) => {
    part("later").addEventListener("click", () => resolve(null));
    dialog.addEventListener("cancel", () => resolve(null));
    part("form").addEventListener("submit", (event) => {
      event.preventDefault();
      attempt(part).then((user) => user && resolve(user));
    });
  });
  dialog.showModal();
  part(known ? "password" : "username").focus();
  const user = await answered;
  dialog.close();
  dialog.remove();
  if (user) {
    syncNow();
    // A page that was drawn for nobody, or for another user, is drawn anew; nobody's draft can be open on it.
    if (!known || known.id !== user.id) location.reload();
  }
  return user;
}

function wordsFor(why, known) {
  if (why.reason === "nobody") return "登录一次后，没有网络也能记录。";
  if (why.reason === "other") return `浏览器里现在登录的是 ${why.user.name}。${known.name} 的记录都在本机；请以 ${known.name} 登录后继续上传。`;
  return "登录已失效。本机记录都在，登录后自动继续上传。";
}

async function attempt(part) {
  const [button, error] = [part("submit"), part("error")];
  button.disabled = true;
  button.textContent = "正在登录…";
  error.hidden = true;
  try {
    return await signIn(part("username").value, part("password").value);
  } catch (refusal) {
    error.textContent = refusal.message;
    error.hidden = false;
    part("password").select();
    return null;
  } finally {
    button.disabled = false;
    button.textContent = "登录";
  }
}
