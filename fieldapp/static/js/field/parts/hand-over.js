/** 交给当事人填写: the supervisor sets a PIN, then the phone shows only the handed-over page. */
import { clone, need } from "../../lib/dom.js";
import { HANDOVER_PATH, lockTo } from "../session/handover-lock.js";
import { closed } from "./ask.js";
import { leaveTo } from "./leaving.js";

/**
 * Asks for a PIN and locks the phone to the interview.
 * @param {import("./open-record.js").OpenRecord} open
 */
export async function handOver(open) {
  const sheet = clone("pin-sheet");
  if (await closed(sheet) !== "lock") return;
  const pin = need(sheet, "input").value;
  await open.flush();
  await open.change((body) => { body.conducted = "handed_over"; });
  await lockTo(open.id, pin);
  leaveTo(`${HANDOVER_PATH}?id=${encodeURIComponent(open.id)}`, { replace: true });
}
