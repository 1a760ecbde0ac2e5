/** 准备离线: what must be on the phone before it goes where no network is, step by step, with what is ready already. */
import { clone, fill, need } from "../../lib/dom.js";
import { ago } from "../../lib/words.js";
import { currentVersion } from "../records/agenda.js";
import { onChange } from "../storage/news.js";
import { missingPacks } from "../storage/packs.js";
import { packAge, readPack, refreshPack } from "../session/pack.js";
import { stock } from "../session/slips.js";
import { storageState } from "../storage/quota-reserve.js";

const WORKER_PATIENCE_MS = 30000;
const NO_WORKER = "这个浏览器不支持离线打开；请改用系统浏览器";

const STEPS = [
  { name: "程序页面", look: pagesKept, prepare: workerReady },
  { name: "监督安排", look: packKept, prepare: fetchPack },
  { name: "评查清单", look: checklistKept, prepare: async () => undefined },
  { name: "评价码", look: slipsKept, prepare: async () => undefined },
  { name: "本机存储", look: storageKept, prepare: () => storageState({ ask: true }) },
];

/** @param {HTMLElement} element */
export async function start(element) {
  const button = need(element, "button");
  const draw = () => show(element);
  button.addEventListener("click", async () => {
    button.disabled = true;
    const progress = need(element, "progress");
    progress.hidden = false;
    for (const [at, step] of STEPS.entries()) {
      fill(element, { status: `正在准备：${step.name}…` });
      await step.prepare().catch((error) => console.warn(error));
      progress.value = (at + 1) / STEPS.length;
    }
    const ready = await draw();
    fill(element, { status: ready ? "准备好了，没有网络也能打开和记录。" : "还没有全部准备好，请看下面哪一步没有完成。" });
    button.disabled = false;
  });
  onChange(({ type }) => ["pack", "session", "program"].includes(type) && draw());
  await draw();
}

/** @returns {Promise<boolean>} whether everything needed is on the phone */
async function show(element) {
  const looks = await Promise.all(STEPS.map((step) => step.look()));
  need(element, "ul").replaceChildren(...STEPS.map((step, at) => {
    const row = fill(clone("ready-row"), { name: step.name, words: looks[at].words, mark: looks[at].ready ? "已就绪" : "未就绪" });
    need(row, '[data-slot="mark"]').className = `state state--${looks[at].ready ? "approved" : "waiting"}`;
    return row;
  }));
  return looks.slice(0, 3).every((look) => look.ready);
}

async function pagesKept() {
  if (!("serviceWorker" in navigator)) return { ready: false, words: NO_WORKER };
  const registration = await navigator.serviceWorker.getRegistration("/field/");
  if (!registration?.active) return { ready: false, words: "首次联网打开后自动保存" };
  const missing = await missingPacks();
  if (missing?.length === 0) return { ready: true, words: "没有网络也能打开" };
  return { ready: false, words: missing ? `还差：${missing.join("、")}` : "还没有核对" };
}

async function workerReady() {
  if (!("serviceWorker" in navigator)) return;
  const patience = new Promise((resolve) => { setTimeout(resolve, WORKER_PATIENCE_MS); });
  await Promise.race([navigator.serviceWorker.ready, patience]);
  await missingPacks({ isFetched: true });
}

async function packKept() {
  const age = await packAge();
  return age === null ? { ready: false, words: "还没有取到" } : { ready: true, words: `${ago(Date.now() - age)}与服务器核对过` };
}

async function fetchPack() {
  await refreshPack();
}

async function checklistKept() {
  const version = currentVersion(await readPack());
  return version ? { ready: true, words: version.title } : { ready: false, words: "还没有取到" };
}

async function slipsKept() {
  const left = (await stock()).length;
  return left ? { ready: true, words: `${left} 张，没有网络也能出示` } : { ready: false, words: "本机没有，联网同步后自动补充" };
}

async function storageKept() {
  const { persisted } = await storageState();
  return persisted ? { ready: true, words: "浏览器承诺不自动清理" } : { ready: false, words: "浏览器没有承诺保留，请尽早上传" };
}
