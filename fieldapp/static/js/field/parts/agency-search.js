/** The agency: picked from the register while typing, or free text when it is not in there. */
const SHOWN = 6;

/**
 * @param {{input: HTMLInputElement, list: HTMLElement, agencies: Agency[], domain: () => string,
 *   onChange: (agency: {id: string|null, name: string}) => void}} given `domain`: its agencies come first
 */
export function agencySearch({ input, list, agencies, domain, onChange }) {
  const show = () => {
    const query = input.value.trim();
    const found = matching(agencies, query, domain());
    const settled = found.some((agency) => agency.name === query);
    list.replaceChildren(...(settled ? [] : found.slice(0, SHOWN).map(row)));
    list.hidden = list.childElementCount === 0;
  };

  const row = (agency) => {
    const button = document.createElement("button");
    button.type = "button";
    button.className = "list__row";
    button.textContent = agency.name;
    button.addEventListener("click", () => {
      input.value = agency.name;
      onChange({ id: agency.id, name: agency.name });
      show();
    });
    const item = document.createElement("li");
    item.append(button);
    return item;
  };

  input.addEventListener("input", () => {
    const exact = agencies.find((agency) => agency.name === input.value.trim());
    onChange({ id: exact?.id ?? null, name: input.value.trim() });
    show();
  });
  input.addEventListener("focus", show);
  return { refresh: show };
}

/**
 * Agencies whose name or short name holds the query, those of the domain first. Pure.
 * @param {Agency[]} agencies
 * @param {string} query
 * @param {string} domain
 */
export function matching(agencies, query, domain) {
  const fits = (agency) => !query || agency.name.includes(query) || (agency.short_name ?? "").includes(query);
  const ofDomain = (agency) => (agency.domains ?? []).includes(domain);
  return agencies.filter((agency) => fits(agency) && (query || ofDomain(agency)))
    .sort((a, b) => Number(ofDomain(b)) - Number(ofDomain(a)));
}
