
(() => {
  "use strict";
  const form = document.getElementById("find");
  if (!form) return;
  const name = document.getElementById("find-name");
  const only = document.getElementById("find-only");
  const found = document.getElementById("found");
  const all = [...document.querySelectorAll("[data-team]")];
  const rows = all.filter((one) => one.tagName === "TR").length;
  const choose = () => {
    const wanted = name.value.trim().toLowerCase();
    let shown = 0;
    for (const one of all) {
      const fits = one.dataset.team.toLowerCase().includes(wanted) && (!only.checked || one.dataset.tone === "bad");
      one.hidden = !fits;
      if (fits && one.tagName === "TR") shown += 1;
    }
    found.textContent = shown === rows ? "" : `${shown} of ${rows} teams`;
  };
  form.hidden = false;
  form.addEventListener("submit", (event) => event.preventDefault());
  name.addEventListener("input", choose);
  only.addEventListener("change", choose);
})();
