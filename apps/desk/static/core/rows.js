"use strict";
// Removing a row that was not saved yet: the rows after it move up with all that was typed into them.
// Unfold would write their HTML anew, in which nothing that was typed is.
document.addEventListener(
  "click",
  function (event) {
    const button = event.target.closest(".delete-template");
    if (!button) return;
    event.stopImmediatePropagation();
    const table = button.closest(".formset");
    const wrapper = button.closest(".formset-wrapper");
    const prefix = JSON.parse(table.dataset.inlineFormset).options.prefix;
    // Select2 remembers its fields by their ids, so it lets go before these change.
    const $ = window.django.jQuery;
    const written = ".form-group:not(.empty-form) .admin-autocomplete";
    $(table).find(written).select2("destroy");
    button.closest(".form-group").remove();
    const rows = table.querySelectorAll(":scope > .form-group:not(.empty-form)");
    const number = new RegExp(prefix + "-\\d+", "g");
    rows.forEach(function (row, index) {
      for (const element of row.querySelectorAll("*")) {
        for (const attribute of element.attributes) {
          attribute.value = attribute.value.replace(number, prefix + "-" + index);
        }
      }
      row.classList.toggle("last", index === rows.length - 1);
    });
    $(table).find(written).djangoAdminSelect2();
    table.classList.toggle("empty", rows.length === 0);
    wrapper.querySelector("[name=" + prefix + "-TOTAL_FORMS]").value = rows.length;
    const detail = { formsetName: prefix };
    document.dispatchEvent(new CustomEvent("formset:removed", { detail }));
  },
  true
);
