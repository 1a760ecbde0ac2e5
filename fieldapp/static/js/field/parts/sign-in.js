/** Signing in without leaving the page: nothing that is open is lost. */

import { clone, need } from "../../lib/dom.js";
import { onSignInNeeded } from "../sync/sync-status.js";
import { syncNow } from "../sync/sync-engine.js";
import { currentUser, resume, signIn } from "../session/session.js";

/** @type {Promise<any>|null} */
let open = null;

/** Opens the dialog when the sync meets an ended session, and when nobody has signed in on this phone yet. */
export async function watch() {
  const unlessLater = (why) => (putOff(why.reason) ? null : ask(why));
  onSignInNeeded(unlessLater);
  if (!(await resume())) unlessLater({ reason: "nobody" });
}

/** Who said 稍后再说 is not asked again by each page of this tab; the line at the top goes on to say so, and asks when it is tapped. */
function putOff(reason, isNow = false) {
  const key = `sign-in-later:${reason}`;
  try {
    if (isNow) sessionStorage.setItem(key, "1");
    return sessionStorage.getItem(key) !== null;
  } catch {
    return false; // forbidden: then it is asked again
  }
}

function forgetPutOff() {
  for (const reason of ["nobody", "ended", "other"]) {
    try { sessionStorage.removeItem(`sign-in-later:${reason}`); } catch { /* nothing was kept */ }
  }
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
  /** @type {Parts<{username: HTMLInputElement, password: HTMLInputElement}>} */
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
  part("reveal").addEventListener("click", () => reveal(part));
  const user = await answered;
  dialog.close();
  dialog.remove();
  if (!user) putOff(why.reason, true);
  if (user) {
    forgetPutOff();
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

/** What is typed on a phone is often mistyped: who may see the screen decides. */
function reveal(part) {
  const isShown = part("password").type === "password";
  part("password").type = isShown ? "text" : "password";
  part("reveal").textContent = isShown ? "隐藏密码" : "显示密码";
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
