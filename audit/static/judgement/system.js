/* The page of a system: brings what the catalogue knows when a component is chosen, and watches work under way. */
"use strict";

(() => {
  const EVERY = 2000;

  const watch = (place) => {
    const ask = async () => {
      try {
        const answer = await fetch(place.dataset.status, { headers: { Accept: "application/json" } });
        if (answer.ok) {
          const state = await answer.json();
          place.innerHTML = state.panel;
          if (!state.is_working) return;
        }
      } catch {
        // The service may be restarting; the next look will tell.
      }
      setTimeout(ask, EVERY);
    };
    setTimeout(ask, EVERY);
  };

  const bring = async (select) => {
    const row = select.closest(".inline-related");
    const place = row && row.querySelector(".field-from_the_catalogue .readonly");
    if (!place || !select.value) return;
    const base = select.dataset.ajaxUrl ? window.location.pathname.split("/governance/")[0] : "/admin";
    const answer = await fetch(`${base}/governance/component/${encodeURIComponent(select.value)}/summary/`);
    if (answer.ok) place.innerHTML = await answer.text();
  };

  document.addEventListener("DOMContentLoaded", () => {
    const place = document.getElementById("conclusions");
    if (place && "working" in place.dataset) watch(place);
    const $ = window.django && window.django.jQuery;
    if ($) $(document).on("change", "select[name^='uses-'][name$='-component']", (event) => bring(event.target));
  });
})();
