// Classic script, loaded before the page is painted, so that a dark or large page never flashes light or small first.
// Keeps no state of its own: localStorage "fieldapp.theme" is light | dark | (absent: the system's choice), "fieldapp.text" is large | (absent).
// Whoever changes one of them dispatches "appearance" on document; other tabs hear it by themselves.
(() => {
  const kept = (name) => {
    try {
      return localStorage.getItem(`fieldapp.${name}`);
    } catch {
      return null; // storage is barred, as in some private windows: the system's choice stands
    }
  };
  const mark = (name, allowed) => {
    const value = kept(name);
    if (value !== null && allowed.includes(value)) document.documentElement.dataset[name] = value;
    else delete document.documentElement.dataset[name];
  };
  const apply = () => {
    mark("theme", ["light", "dark"]);
    mark("text", ["large"]);
  };
  apply();
  document.addEventListener("appearance", apply);
  window.addEventListener("storage", apply);
})();
