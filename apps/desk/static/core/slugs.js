"use strict";
// The slug of a new record follows its name while that is typed, spelt by the server, until somebody
// types a slug of their own. Who is quicker than the answer is not overtaken by it.
(function () {
  const PAUSE = 150; // milliseconds without a key before the server is asked

  window.addEventListener("load", function () {
    const slug = document.querySelector("[data-slug-of]");
    const name = slug && document.querySelector("[name=" + slug.dataset.slugOf + "]");
    if (!name || slug.value) return;
    let waiting = 0;
    let isOwn = false;

    async function propose() {
      const text = name.value;
      const query = new URLSearchParams({ text });
      const answer = await fetch(slug.dataset.proposedBy + "?" + query);
      if (!answer.ok) return;
      const proposed = await answer.json();
      if (!isOwn && name.value === text) slug.value = proposed.slug;
    }

    slug.addEventListener("input", () => (isOwn = true));
    name.addEventListener("input", function () {
      window.clearTimeout(waiting);
      if (!isOwn) waiting = window.setTimeout(propose, PAUSE);
    });
    if (name.value) propose();
  });
})();
