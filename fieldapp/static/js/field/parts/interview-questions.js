/** What is asked in an interview, the same on the supervisor's page and on the handed-over one. */
import { clone, fill, need } from "../../lib/dom.js";
import { FACT_ANSWERS, FACTS, QUESTIONS } from "../records/interview-form.js";
import { bindFields } from "./bound-fields.js";
import { choices } from "./choices.js";
import { levelPicker } from "./level-picker.js";

const SHAPES = { yes: "answer--yes", no: "answer--no", unclear: "answer--not-observed" };

/**
 * @param {HTMLElement} root holds `[data-part=level]`, `[data-part=facts]`, `[data-part=answers]`
 * @param {import("./open-record.js").OpenRecord} open
 * @returns {{update: () => void}}
 */
export function interviewQuestions(root, open) {
  const part = (name) => need(root, `[data-part="${name}"]`);
  const level = levelPicker(part("level"), open.body.level, (value) => open.change((body) => { body.level = value; }));
  const facts = FACTS.map(([name, question]) => factRow(name, question, open));
  part("facts").replaceChildren(...facts.map((fact) => fact.row));
  root.querySelector('[data-part="answers"]')?.replaceChildren(...QUESTIONS.map(questionField));
  const fields = bindFields(root, open);
  return {
    update() {
      level.set(open.body.level);
      facts.forEach((fact) => fact.update());
      fields.update();
    },
  };
}

function factRow(name, question, open) {
  const row = fill(clone("fact-question"), { question });
  const holder = need(row, ".segmented");
  holder.setAttribute("aria-label", question);
  const answer = choices(holder, FACT_ANSWERS, {
    className: "answer", classOf: (id) => SHAPES[id], clearable: true, value: open.body.facts?.[name],
    onChange: (id) => open.change((body) => {
      body.facts ??= {};
      if (id) body.facts[name] = id;
      else delete body.facts[name];
    }),
  });
  return { row, update: () => answer.set(open.body.facts?.[name]) };
}

function questionField([name, question]) {
  const field = fill(clone("open-question"), { question });
  const text = need(field, "textarea");
  text.id = `answer-${name}`;
  text.dataset.path = `answers.${name}`;
  need(field, "label").htmlFor = text.id;
  return field;
}
