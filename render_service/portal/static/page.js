// SPDX-License-Identifier: GPL-3.0-or-later
// What every form does once a page is open: the list of mistakes takes the focus, so that it is read first.
document.querySelector("[data-focus]")?.focus();
