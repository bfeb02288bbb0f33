"use strict";
// The sections of a citation's article are offered while one is typed, with their last paragraph.
(function () {
  const known = new Map();

  async function sectionsOf(article) {
    if (!known.has(article)) {
      const answer = await fetch("/admin/articles/article/" + article + "/sections/");
      known.set(article, answer.ok ? await answer.json() : {});
    }
    return known.get(article);
  }

  function beside(input, name) {
    return document.getElementsByName(input.name.replace(/-[a-z]+$/, "-" + name))[0];
  }

  document.addEventListener("focusin", async function (event) {
    const input = event.target;
    if (!/^citations-\d+-(section|paragraph)$/.test(input.name || "")) return;
    const article = beside(input, "article");
    if (!article || !/^\d+$/.test(article.value)) return;
    const sections = await sectionsOf(article.value);
    if (input.name.endsWith("-paragraph")) {
      const last = sections[beside(input, "section").value];
      input.placeholder = last ? "1–" + last : "";
      return;
    }
    const id = "sections-of-" + article.value;
    if (!document.getElementById(id)) {
      const list = document.createElement("datalist");
      list.id = id;
      for (const [name, last] of Object.entries(sections)) {
        list.append(new Option(name + " (1–" + last + ")", name));
      }
      document.body.append(list);
    }
    input.setAttribute("list", id);
  });
})();
