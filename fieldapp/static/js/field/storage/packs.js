/** The parts of the program that follow the core: which of them are not on this phone yet, and how that is said. */

import { announce } from "./news.js";

const ANSWER_MS = 30000;
const WORDS = "这一部分还没有下载到本机。联网后打开一次即可。记录都在。";
const NAMES = {
  confirm: "确认",
  drawing: "照片的查看、标注和连拍",
  form: "全部项、常用语填空和行前两分钟",
  handbook: "指引",
  interview: "访谈、签名和执法人员",
  rescue: "救援包、回执、对照、证件和二维码",
};

/**
 * What a person calls the packs that are not here. Asks the worker, which alone knows what belongs to its version.
 * @param {{isFetched?: boolean}} [how] `isFetched`: what is missing is fetched first
 * @returns {Promise<string[]|null>} null where no worker stands, or none answers
 */
export async function missingPacks({ isFetched = false } = {}) {
  const registration = await navigator.serviceWorker?.getRegistration("/field/");
  const worker = registration?.active;
  if (!worker) return null;
  const { port1, port2 } = new MessageChannel();
  const told = await new Promise((resolve) => {
    port1.onmessage = ({ data }) => resolve(data);
    setTimeout(() => resolve(null), ANSWER_MS);
    worker.postMessage(isFetched ? "FETCH_PACKS" : "PACKS", [port2]);
  });
  port1.close();
  return told && told.map((name) => NAMES[name] ?? name);
}

/** Fetches what is missing now and whenever the network comes back; a page that waited for it opens then. */
export async function keepPacks() {
  if (!("serviceWorker" in navigator)) return;
  addEventListener("online", () => bring().catch((error) => console.warn(error)));
  await navigator.serviceWorker.ready;
  await bring();
}

async function bring() {
  const lacking = await missingPacks();
  const missing = lacking?.length ? await missingPacks({ isFetched: true }) : lacking;
  if (lacking?.length) announce({ type: "program" }); // else every page would be drawn anew for nothing
  const runs = document.querySelector(".recording-bar:not([hidden])"); // a reload would end it
  if (missing?.length === 0 && !runs && document.querySelector("main[data-missing]")) location.reload();
}

/**
 * The module that is being imported, or an error whose `words` say that it is not on this phone.
 * @template T
 * @param {Promise<T>} coming @param {string} path of the module, below js/field @returns {Promise<T>}
 */
export async function brought(coming, path) {
  try {
    return await coming;
  } catch (error) {
    if (await isKept(path)) throw error;
    throw Object.assign(new Error(WORDS, { cause: error }), { words: WORDS });
  }
}

async function isKept(path) {
  try {
    return Boolean(await caches.match(`/static/js/field/${path}`, { ignoreSearch: true }));
  } catch {
    return false; // no caches here, or the system has taken them away
  }
}
