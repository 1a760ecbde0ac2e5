/** The electronic certificate: 行政执法监督证 or 特邀监督员证. A running clock and a moving line make a screenshot look stale at once. */
import { clone, fill, need } from "../../lib/dom.js";
import { dayAndTime } from "../../lib/words.js";
import { trueNow } from "../server/clock.js";
import { pictureOf } from "./svg-picture.js";

/**
 * @param {HTMLElement} holder
 * @param {Pack["user"]|null} user
 */
export function showCertificate(holder, user) {
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
  const clock = need(card, '[data-slot="clock"]');
  const tick = () => { clock.textContent = dayAndTime(trueNow()); };
  tick();
  holder.dataset.timer = String(setInterval(tick, 1000));
  holder.replaceChildren(card);
}
