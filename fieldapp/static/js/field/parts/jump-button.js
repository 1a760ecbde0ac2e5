/** 全部项: the list of every item follows the core (jump-list.js). */

import { brought } from "../storage/packs.js";
import { say } from "./ask.js";
import { onAction } from "./places.js";

/** @param {ParentNode} root with `[data-action=jump]` @param {import("./open-record.js").OpenRecord} open */
export function jumpButton(root, open) {
  onAction(root, "jump", async () => {
    try {
      const { jumpList } = await brought(import("./jump-list.js"), "parts/jump-list.js");
      await jumpList(open);
    } catch (error) {
      if (!error.words) throw error;
      say(error.words, { danger: true });
    }
  });
}
