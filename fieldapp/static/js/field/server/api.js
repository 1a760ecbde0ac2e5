/** The only module that says `fetch`. It never throws for what a network or a server does: it answers with what happened. */

import { measure } from "./clock.js";

const PROBLEM = "application/problem+json";
const SOMEBODY_ELSE = {
  status: 401, ours: true, headers: null, retryAfterMs: null, json: { title: "浏览器里登录的是另一位用户，没有上传。请以本人登录。" },
};
let token = null;
let holder = null;

/**
 * @typedef {object} Answer
 * @property {number} status 0 when nothing came back
 * @property {any} json the parsed body; null when it is no JSON
 * @property {boolean} ours whether the answer bears the mark of our server: JSON for 2xx, a problem for the rest
 * @property {Headers|null} headers
 * @property {number|null} retryAfterMs what the server asked for
 * @property {boolean} [isOffline] nothing came back, and the phone knows of no network
 * @typedef {{json?: unknown, body?: BodyInit, headers?: Record<string, string>, timeoutMs?: number, as?: string}} Sent
 */

/**
 * One call. Unsafe methods carry the CSRF token, fetched when missing and once more when the server says that it is stale. The
 * server ties a token to one sign-in, so a call made `as` a user cannot be taken for another's, whoever signs in meanwhile.
 * @param {string} method
 * @param {string} path starts with /
 * @param {Sent} [options]
 * @returns {Promise<Answer>}
 */
export async function call(method, path, options = {}) {
  const safe = method === "GET" || method === "HEAD";
  const isAnother = () => Boolean(options.as) && holder !== options.as;
  if (!safe && (token === null || isAnother())) {
    const me = await whoAmI();
    if (me.status !== 200 || !me.ours) return me;
    if (isAnother()) return SOMEBODY_ELSE;
  }
  const answer = await send(method, path, options);
  if (!safe && answer.ours && answer.status === 400 && String(answer.json.type).endsWith("/csrf")) {
    const me = await whoAmI();
    if (me.status !== 200 || !me.ours) return me;
    return isAnother() ? SOMEBODY_ELSE : send(method, path, options);
  }
  return answer;
}

/**
 * `{user, csrf_token, server_time}`; keeps the token and measures the clock.
 * @returns {Promise<Answer>} `ours` is false when a 200 is not from our server
 */
export async function whoAmI() {
  const answer = await send("GET", "/api/v1/me", { timeoutMs: 15000 });
  if (answer.status === 200) answer.ours = answer.ours && Boolean(answer.json.csrf_token && answer.json.user);
  if (answer.status === 200 && answer.ours) remember(answer.json);
  return answer;
}

/**
 * Signs in; on 200 the session cookie is set and the token kept.
 * @param {string} username
 * @param {string} password
 * @returns {Promise<Answer>}
 */
export async function logIn(username, password) {
  const answer = await send("POST", "/api/v1/login", { json: { username, password }, timeoutMs: 30000 });
  if (answer.status === 200) {
    answer.ours = answer.ours && Boolean(answer.json.user);
    if (answer.ours) remember(answer.json);
  }
  return answer;
}

function remember({ user, csrf_token: given = null }) {
  token = given;
  holder = user.id;
}

/** Ends the session on the server; best effort, since signing out must work offline too. */
export async function logOut() {
  const answer = await call("POST", "/api/v1/logout", { timeoutMs: 5000 });
  token = null;
  return answer;
}

/** @param {string} method @param {string} path @param {Sent} options @returns {Promise<Answer>} */
async function send(method, path, { json, body, headers = {}, timeoutMs = 30000 }) {
  const all = { Accept: `application/json, ${PROBLEM}`, ...headers };
  if (json !== undefined) all["Content-Type"] = "application/json";
  if (method !== "GET" && method !== "HEAD" && token) all["X-CSRFToken"] = token;
  const patience = new AbortController();
  const timer = setTimeout(() => patience.abort(), timeoutMs);
  const sentAt = Date.now();
  try {
    const response = await fetch(path, {
      method, headers: all, body: json === undefined ? body : JSON.stringify(json),
      credentials: "same-origin", cache: "no-store", redirect: "manual", signal: patience.signal,
    });
    if (response.type === "opaqueredirect") return { status: 302, json: null, ours: false, headers: null, retryAfterMs: null }; // our API sends nobody elsewhere
    return await understand(response, sentAt, method);
  } catch {
    return { status: 0, json: null, ours: false, headers: null, retryAfterMs: null, isOffline: navigator.onLine === false };
  } finally {
    clearTimeout(timer);
  }
}

async function understand(response, sentAt, method) {
  const text = method === "HEAD" ? "" : await response.text();
  const type = response.headers.get("Content-Type") || "";
  /** @type {any} */
  let json = null;
  if (/\bjson\b/.test(type)) {
    try { json = JSON.parse(text); } catch { /* a cut answer, or none of ours: json stays null */ }
  }
  const object = json !== null && typeof json === "object";
  if (object && json.server_time) measure(json.server_time, sentAt, Date.now());
  const bare = text === "" && (response.status === 204 || response.status === 304 || response.headers.has("Tus-Resumable"));
  const ours = bare || (response.ok ? object : object && type.startsWith(PROBLEM));
  const wait = Number(response.headers.get("Retry-After"));
  return {
    status: response.status, json: object ? json : null, ours, headers: response.headers,
    retryAfterMs: Number.isFinite(wait) && wait > 0 ? wait * 1000 : null,
  };
}
