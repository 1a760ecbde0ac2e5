/** 我的: the certificate, what this phone keeps, getting ready for no network, how it looks, leaving. */
import { syncNow } from "../sync/sync-engine.js";
import { onChange } from "../storage/news.js";
import { brought } from "../storage/packs.js";
import { currentUser, NotDone, signOut } from "../session/session.js";
import { appVersion } from "../storage/worker.js";
import { confirmed, say } from "../parts/ask.js";
import { leaveTo } from "../parts/leaving.js";
import { onAction, placesOf } from "../parts/places.js";

/** @param {HTMLElement} main */
export async function start(main) {
  const places = placesOf(main);
  const draw = async () => {
    const user = await currentUser();
    showCertificate(places.certificate, user).catch((error) => { places.certificate.textContent = error.words ?? error.message; });
    places.leave.hidden = !user;
    places.who.textContent = user ? `${user.name} · ${user.role_label ?? ""}` : "";
  };
  import("../parts/originals-choice.js").then(({ start: begin }) => begin(places.originals)).catch(() => { places.originals.hidden = true; });
  onAction(main, "sync", async () => { await syncNow(); say("同步已完成，结果见页面顶部。"); });
  onAction(main, "leave", () => leave(places));
  onChange(({ type }) => ["pack", "session", "certificate", "program"].includes(type) && draw());
  await draw();
  const version = await appVersion();
  places.version.textContent = version ? `程序版本 ${version}` : "程序版本：在线使用，未保存到本机";
}

async function showCertificate(holder, user) {
  const certificate = await brought(import("../parts/certificate.js"), "parts/certificate.js");
  await certificate.showCertificate(holder, user);
}

async function leave(places) {
  places.unsent.hidden = true;
  try {
    await signOut();
    leaveTo("/field/");
  } catch (error) {
    if (!(error instanceof NotDone)) throw error;
    await leaveKeeping(places, error);
  }
}

/** What is only on this phone is named before anybody leaves it behind. */
async function leaveKeeping(places, error) {
  places.unsent.hidden = false;
  places["unsent-words"].textContent = error.message;
  places["unsent-list"].replaceChildren(...error.unsent.map(({ words }) => {
    const row = document.createElement("li");
    row.textContent = words;
    return row;
  }));
  const goes = await confirmed({
    title: "还有内容没有上传",
    words: `${error.unsent.length} 项只在这部手机上。退出后它们仍保留在本机，等您本人再次登录才会上传。`,
    yes: "保留在本机并退出", no: "先不退出",
  });
  if (!goes) return;
  await signOut({ keep: true });
  leaveTo("/field/");
}
