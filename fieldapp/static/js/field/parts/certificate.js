/** The electronic certificate: 行政执法监督证 or 特邀监督员证. Its code changes every minute, so a screenshot is stale soon after. */
import { clone, fill, need } from "../../lib/dom.js";
import { dayAndTime } from "../../lib/words.js";
import { trueNow } from "../server/clock.js";
import { liveCertificate } from "../session/live-certificate.js";
import { qrCode } from "./qr.js";
import { pictureOf } from "./svg-picture.js";

/**
 * @param {HTMLElement} holder
 * @param {Pack["user"]|null} user
 */
export async function showCertificate(holder, user) {
  clearInterval(Number(holder.dataset.timer));
  const certificate = user?.certificate;
  if (!certificate) {
    holder.replaceChildren(fill(clone("no-certificate"), { who: user?.name }));
    return;
  }
  const card = fill(clone("certificate"), {
    kind: certificate.kind_label ?? "行政执法监督证", // a pack from before there were two kinds
    name: user.name,
    origin: [user.organisation?.name, user.origin_label].filter(Boolean).join(" · "),
    number: certificate.number,
    validity: `${certificate.issued_on} 至 ${certificate.valid_until}`,
    state: certificate.state_label,
  });
  const isValid = certificate.state === "valid";
  need(card, '[data-slot="state"]').className = `state state--${isValid ? "valid" : "danger"}`;
  need(card, "img").src = pictureOf(certificate.qr_svg);
  need(card, "a").href = certificate.verify_url;
  const live = await liveCertificate(user.id, certificate.verify_url);
  fill(card, { fixed: live ? null : "这是固定码，扫码看不到照片。联网同步一次，就换成每分钟更换的码。" });
  let drawn = 0;
  const tick = async () => {
    const minute = live?.minute;
    fill(card, { clock: dayAndTime(trueNow()), left: minute && `${minute.secondsLeft} 秒后换码` });
    if (!minute || minute.number === drawn) return;
    drawn = minute.number;
    drawCode(card, await live.address(drawn));
  };
  clearInterval(Number(holder.dataset.timer)); // of a call that overtook this one
  holder.dataset.timer = String(setInterval(tick, 1000));
  await tick();
  holder.replaceChildren(card);
}

function drawCode(card, address) {
  need(card, "a").href = address;
  need(card, "img").src = pictureOf(new XMLSerializer().serializeToString(qrCode(address, "")));
}
