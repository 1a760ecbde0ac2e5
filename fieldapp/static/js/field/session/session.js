/** Who uses this phone. Known offline too; the server's cookie is asked only when there is a network. */

import * as api from "../server/api.js";
import { REACHES, REMEDIES, reachOf } from "../server/verdicts.js";
import { hasUnsentWords } from "../records/record-states.js";
import { openRecords, pendingFiles } from "../records/records.js";
import { announce } from "../storage/news.js";
import { storageState } from "../storage/quota-reserve.js";
import { changeMeta, read, write } from "../storage/store.js";
import { KINDS } from "../../lib/words.js";
import { forgetKey } from "./certificate-key.js";

const devices = new Map(); // never changes once it is minted

/** Signing in or out did not happen; `message` says why in Chinese, `unsent` lists what is still only on this phone. */
export class NotDone extends Error {
  /** @param {string} message @param {{status?: number, unsent?: Array<{id: string, words: string}>}} [more] */
  constructor(message, { status = 0, unsent = [] } = {}) {
    super(message);
    this.name = "NotDone";
    this.status = status;
    this.unsent = unsent;
  }
}

/**
 * The user on whose behalf this phone records, as the server last described them.
 * @returns {Promise<any|null>} null when nobody has signed in
 */
export async function currentUser() {
  return (await read("meta", "user")) || null;
}

/**
 * Signs in, in place. Records of another user stay on the phone and are held.
 * @param {string} username
 * @param {string} password
 * @returns {Promise<any>} the user
 * @throws {NotDone}
 */
export async function signIn(username, password) {
  const answer = await api.logIn(username.trim(), password);
  if (answer.status === 200 && answer.ours) return adopt(answer.json.user);
  const reach = reachOf(answer);
  if (reach === "offline") throw new NotDone("没有网络，暂时不能登录。本机记录都在，可以继续记录。");
  const remedy = ["captive", "blocked"].includes(reach) ? REMEDIES[reach] : "请稍后再试";
  if (reach !== "online") throw new NotDone(`${REACHES[reach]}，暂时不能登录。${remedy}。本机记录都在，可以继续记录。`);
  throw new NotDone(answer.json.title || "没有登录成功，请再试。", { status: answer.status });
}

/**
 * Makes `user` the one whose records are shown and sent.
 * @param {any} user as from /api/v1/me
 */
export async function adopt(user) {
  await write(["meta"], async ({ meta }) => {
    const known = await meta.get("user");
    await meta.put(known && known.id === user.id ? { ...known, ...user } : user, "user");
    await meta.put(user.name, `name:${user.id}`);
  });
  announce({ type: "session" });
  storageState({ ask: true }).catch(() => undefined);
  return user;
}

/**
 * Takes the session that the browser already has (signed in on another page), when this phone knows nobody yet.
 * @returns {Promise<any|null>}
 */
export async function resume() {
  const known = await currentUser();
  if (known || !hasSignInMark()) return known;
  const answer = await api.whoAmI();
  return answer.status === 200 && answer.ours ? adopt(answer.json.user) : null;
}

/** The server sets this mark with each sign-in, so that a stranger's phone need not ask in vain. */
function hasSignInMark() {
  return document.cookie.split("; ").includes("fieldapp-signed-in=1");
}

/**
 * Signs out. Refuses while something is only on this phone, unless `keep` says that it shall stay here and wait.
 * @param {{keep?: boolean}} [choice]
 * @throws {NotDone} with `unsent`
 */
export async function signOut({ keep = false } = {}) {
  const user = await currentUser();
  if (!user) return;
  const unsent = await unsentOf(user.id);
  if (unsent.length && !keep) {
    throw new NotDone(`还有 ${unsent.length} 项只在本机，尚未上传。请先上传，或选择“保留在本机并退出”。`, { unsent });
  }
  await api.logOut();
  await write(["meta", "packs"], async ({ meta, packs }) => {
    await meta.delete("user");
    await forgetKey(meta, user.id);
    await packs.delete(user.id);
  });
  announce({ type: "session" });
}

/**
 * What of `userId` the server has not acknowledged.
 * @param {string} userId
 * @returns {Promise<Array<{id: string, words: string}>>}
 */
export async function unsentOf(userId) {
  const [mine, pending] = await Promise.all([openRecords(userId), pendingFiles()]);
  const ids = new Set(mine.map((record) => record.id));
  const words = mine.filter(hasUnsentWords)
    .map((record) => ({ id: record.id, words: `${KINDS[record.kind]} ${(record.visit && record.visit.agency && record.visit.agency.name) || ""}`.trim() }));
  const files = pending.filter((file) => ids.has(file.recordId))
    .map((file) => ({ id: file.id, words: `${KINDS.evidence} ${file.filename}` }));
  return [...words, ...files];
}

/**
 * This phone's id for this user; minted once.
 * @param {string} userId
 * @param {() => string} mint
 * @returns {Promise<string>}
 */
export async function deviceId(userId, mint) {
  if (!devices.has(userId)) devices.set(userId, await changeMeta(`device:${userId}`, (known) => known || mint()));
  return devices.get(userId);
}
