/** What an answer means for what was sent. Pure. */

export const CAPTIVE = "网络需要登录（可能是公共 Wi-Fi 的认证页）";

/** How far a call came, in words: what the line at the top says where it did not reach our program. */
export const REACHES = Object.freeze({
  offline: "离线", unreachable: "连不上服务器", captive: CAPTIVE, blocked: "网络拦下了我们的请求（可能是单位的防火墙）", "server-error": "服务器出错", online: "",
});

/** What a person can do about it; nothing where the phone goes on by itself as soon as there is a network. @type {Readonly<Record<string, string>>} */
export const REMEDIES = Object.freeze({
  unreachable: "会自动再试，也可以换个网络", captive: "请在浏览器里登录这个网络，或改用流量", blocked: "请改用流量，或请网络管理员放行",
  "server-error": "会自动再试，久不恢复请告诉管理员",
});

/** How long a record or a file rests after 403: somebody has to change something first. */
const NOT_ALLOWED_PAUSE_MS = 15 * 60 * 1000;

/** 511 Network Authentication Required. Source: RFC 6585. */
const WALL = 511;

/** @typedef {keyof typeof REACHES} Reach */

/**
 * @typedef {object} Verdict
 * @property {"stored"|"later"|"sign-in"|"conflict"|"refused"|"locked"|"erased"|"not-ours"|"permission"} is
 * @property {string} words in Chinese; "" when stored
 * @property {Reach} [reach] absent where no call was made
 * @property {boolean} everyone whether the next call would fare the same: then the whole sync waits
 * @property {Array<{pointer: string, detail: string}>} [errors]
 */

/**
 * How far a call came: a phone without network, a server that does not answer, one that fails, a login wall (which answers in the
 * server's place, or sends elsewhere) and what forbids the way (a firewall's page) are told apart.
 * @param {import("./api.js").Answer} answer
 * @returns {Reach}
 */
export function reachOf({ status, ours, isOffline }) {
  if (status === 0) return isOffline ? "offline" : "unreachable";
  if (status >= 500 && ![503, 507, WALL].includes(status)) return "server-error";
  if (ours || status === 503 || status === 507) return "online";
  return status >= 400 && status !== WALL ? "blocked" : "captive";
}

/**
 * @param {import("./api.js").Answer} answer
 * @param {{stored: boolean, evidence?: boolean}} seen `stored`: the answer carries the receipt of exactly what was sent
 * @returns {Verdict}
 */
export function judge(answer, { stored, evidence = false }) {
  const { status, json, ours } = answer;
  const said = (json && typeof json.title === "string" && json.title) || "";
  const reach = reachOf(answer);
  const errors = (json && Array.isArray(json.errors) && json.errors) || [];
  const verdict = (is, words, everyone = false) => ({ is, words, everyone, errors, reach: is === "not-ours" && status < 400 ? "captive" : reach });
  if (status === 0) return verdict("later", answer.isOffline ? "网络中断" : REACHES.unreachable, true);
  if (status >= 200 && status < 300) return stored ? verdict("stored", "") : verdict("not-ours", CAPTIVE, true);
  if (status === 413) return evidence ? verdict("refused", said || "文件太大，服务器没有接收。原件仍在本机。") : verdict("later", said || "内容太大，暂未接收");
  if (status === 429 || status === 503) return verdict("later", said || "服务器忙，稍后自动重试", true);
  if (status === 507) return verdict("later", said || "服务器存储空间不足，稍后自动重试");
  if (status >= 500 && status !== WALL) return verdict("later", said || "服务器暂时出错，稍后自动重试");
  if (!ours) return verdict("not-ours", REACHES[reach] || CAPTIVE, true);
  switch (status) {
    case 401: return verdict("sign-in", said, true);
    case 403: return verdict("permission", "权限已变更，记录仍在本机");
    case 408: return verdict("later", said);
    case 409: return evidence ? verdict("later", said || "附件进度不一致，稍后重试") : verdict("conflict", said);
    case 410: return verdict(String(json?.type).endsWith("/erased") ? "erased" : "refused", said);
    case 423: return verdict("locked", said || "记录正在审核或已办结，不能再改。");
    case 460: return verdict("later", "附件在途中损坏，自动重传");
    default: return verdict(String(json && json.type).endsWith("/csrf") ? "later" : "refused", said || "服务器没有接收");
  }
}

/**
 * How long to wait after the `tries`-th failure: 1 s doubling to 5 min, with a quarter of jitter either way.
 * @param {number} tries ≥ 1
 * @param {number|null} [asked] what the server asked for, in ms
 * @param {() => number} [chance]
 * @returns {number} milliseconds
 */
export function backoffMs(tries, asked = null, chance = Math.random) {
  const plain = Math.min(300000, 1000 * 2 ** Math.min(tries - 1, 12));
  return Math.min(300000, Math.max(asked || 0, Math.round(plain * (0.75 + chance() / 2)), 1000));
}

/** The same for an answer: who was refused a right waits longer, until somebody gives it back. @param {Verdict} verdict @param {number} tries @param {number|null} [asked] */
export function pauseMs(verdict, tries, asked = null) {
  return verdict.is === "permission" ? NOT_ALLOWED_PAUSE_MS : backoffMs(tries, asked);
}
