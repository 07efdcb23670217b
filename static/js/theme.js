/* Light or dark before the first paint; a classic script, so that the page does not flash. */
(() => {
  const root = document.documentElement;
  const stored = () => {
    try {
      return localStorage.getItem("theme");
    } catch {
      return null;
    }
  };
  const wanted = stored() || (matchMedia("(prefers-color-scheme: dark)").matches ? "dark" : "light");
  root.dataset.bsTheme = wanted;
  document.addEventListener("click", (event) => {
    if (!event.target.closest("[data-theme-toggle]")) return;
    event.preventDefault();
    root.dataset.bsTheme = root.dataset.bsTheme === "dark" ? "light" : "dark";
    try {
      localStorage.setItem("theme", root.dataset.bsTheme);
    } catch {
      /* a private window: the choice lasts for this page */
    }
    document.dispatchEvent(new Event("theme"));
  });
})();
