"use strict";
// Citing on the form of a record: each field shows the citations that name it and takes another one;
// the sections of the cited article are offered while a locator is typed.
// The rows of the tab “Citations” are what is sent. What stands under a field is a view of them.
// Alt+C in a field cites a source for it; Enter in a locator leads back to the field.
(function () {
  const NAME = /^citations-\d+-/;
  const known = new Map();
  let group;

  // The tab's rows

  function rows() {
    return [...group.querySelectorAll("tbody.form-group")].filter(function (row) {
      const gone = part(row, "DELETE");
      return NAME.test(part(row, "field").name) && !(gone && gone.checked);
    });
  }

  function part(row, name) {
    return row.querySelector('[name^="citations-"][name$="-' + name + '"]');
  }

  function rowOf(input) {
    return input.closest("tbody.form-group") || input.closest("li").row;
  }

  function chosen(select) {
    return select.selectedOptions[0] || new Option("", "");
  }

  function setArticle(row, option) {
    const select = part(row, "article");
    select.append(new Option(option.text, option.value, true, true));
    window.django.jQuery(select).trigger("change");
  }

  function cite(field) {
    const before = rows().filter((row) => part(row, "article").value).pop();
    group.querySelector("a.add-row").click();
    const row = rows().pop();
    part(row, "field").value = field;
    if (before) {
      setArticle(row, chosen(part(before, "article")));
      part(row, "section").value = part(before, "section").value;
    }
    show();
    const line = [...document.querySelectorAll(".cited li")].find((one) => one.row === row);
    const name = !before ? "article" : part(row, "section").value ? "paragraph" : "section";
    if (name === "article") openRow(row);
    else line.querySelector("[data-part=" + name + "]").focus();
  }

  function remove(row) {
    (part(row, "DELETE") || row.querySelector(".delete-template")).click();
    show();
  }

  function openRow(row) {
    document.querySelector('#tabs-items a[href="#citations"]').click();
    window.setTimeout(() => (row.querySelector(".select2-selection") || row).focus(), 50);
  }

  // Under each field

  function made(tag, attributes, ...children) {
    const element = Object.assign(document.createElement(tag), attributes);
    element.append(...children);
    return element;
  }

  function mirror(row, name, label) {
    const real = part(row, name);
    const input = made("input", { type: real.type, value: real.value, placeholder: label });
    input.setAttribute("aria-label", label);
    input.dataset.part = name;
    if (real.type === "number") input.min = 1;
    input.addEventListener("input", () => (real.value = input.value));
    return input;
  }

  function line(row, field) {
    const title = chosen(part(row, "article")).text || "(choose the article)";
    const said = part(row, "value").value;
    const article = made("button", { type: "button", title: title + ": open its row" }, title);
    const away = made("button", { type: "button", title: "Remove this citation" }, "×");
    article.addEventListener("click", () => openRow(row));
    away.addEventListener("click", () => remove(row));
    const item = made("li", { row: row }, article, mirror(row, "section", "Section"));
    item.append(mirror(row, "paragraph", "Paragraph"), away);
    if (said) item.append(made("span", { className: "says" }, "says " + said));
    const faults = [...row.querySelectorAll(".errorlist li")].map((fault) => fault.textContent);
    if (faults.length) item.append(made("span", { className: "wrong" }, faults.join(" ")));
    return item;
  }

  // Whether a field says anything, so that it wants a source. A box that is not ticked does not.
  function says(place) {
    const inputs = place.querySelectorAll("input:not([data-part], [type=hidden]), select, textarea");
    return [...inputs].some(function (input) {
      if (/__prefix__/.test(input.name)) return false;
      return input.type === "checkbox" ? input.checked : input.value;
    });
  }

  function mark(button) {
    const { cite: field, count } = button.dataset;
    const place = placeOf(field);
    const free = group.querySelector("[data-uncited]").dataset.uncited.split(" ");
    button.classList.toggle("bare", count === "0" && !free.includes(field) && says(place));
  }

  function placeOf(field) {
    return field && document.querySelector("#" + field + "-group, .field-line.field-" + field);
  }

  function draw(field, place, mine) {
    const title = "Cite a source for " + field + " (Alt+C in the field)";
    const button = made("button", { type: "button", tabIndex: -1, title }, "cite");
    button.dataset.cite = field;
    button.dataset.count = mine.length;
    button.addEventListener("click", () => cite(field));
    const list = made("ul", { className: "cited" }, ...mine.map((row) => line(row, field)));
    list.dataset.field = field;
    place.querySelectorAll("[data-cite], ul.cited").forEach((old) => old.remove());
    if (place.id) {
      place.prepend(button, list);
    } else {
      place.querySelector("label").parentElement.append(button);
      place.append(list);
    }
    mark(button);
  }

  function show() {
    const standing = rows();
    for (const option of group.querySelector('[name="citations-__prefix__-field"]').options) {
      const field = option.value;
      const place = placeOf(field);
      if (!place) continue;
      draw(field, place, standing.filter((row) => part(row, "field").value === field));
    }
  }

  // The sections of the cited article

  async function sectionsOf(article) {
    if (!known.has(article)) {
      const answer = await fetch("/admin/articles/article/" + article + "/sections/");
      known.set(article, answer.ok ? await answer.json() : {});
    }
    return known.get(article);
  }

  async function offer(input, name) {
    const row = rowOf(input);
    const article = part(row, "article").value;
    if (!/^\d+$/.test(article)) return;
    const sections = await sectionsOf(article);
    if (name === "paragraph") {
      const last = sections[part(row, "section").value];
      input.placeholder = last ? "1–" + last : "";
      return;
    }
    const id = "sections-of-" + article;
    if (!document.getElementById(id)) {
      const list = made("datalist", { id: id });
      for (const [section, last] of Object.entries(sections)) {
        list.append(new Option(section + " (1–" + last + ")", section));
      }
      document.body.append(list);
    }
    input.setAttribute("list", id);
  }

  document.addEventListener("focusin", function (event) {
    const input = event.target;
    const name = input.dataset.part || (NAME.test(input.name || "") && input.name.split("-").pop());
    if (name === "section" || name === "paragraph") offer(input, name);
  });

  // The keyboard

  function press(event) {
    const place = event.target.closest(".field-line, [id$=-group]");
    const button = place && place.querySelector("[data-cite]");
    if (button && event.altKey && event.code === "KeyC") {
      event.preventDefault();
      button.click();
    } else if (event.key === "Enter" && event.target.dataset.part) {
      event.preventDefault();
      place.querySelector("input:not([data-part]), select, textarea")?.focus();
    }
  }

  // Not earlier: the form first puts the cursor into its first field, and would take a button of ours.
  window.addEventListener("load", function () {
    group = document.getElementById("citations-group");
    if (!group || !group.querySelector('[name="citations-__prefix__-field"]')) return;
    show();
    const $ = window.django.jQuery;
    $(group).on("change", show);
    $(group.closest("form")).on("change", () => document.querySelectorAll("[data-cite]").forEach(mark));
    document.addEventListener("formset:removed", show);
    document.addEventListener("keydown", press);
  });
})();
