/** Single-key shortcuts must never take a letter from somebody who is writing, nor act behind an open dialog or menu. */
export function isTyping(event: KeyboardEvent): boolean {
  if (event.metaKey || event.ctrlKey || event.altKey) return true
  const target = event.target
  if (target instanceof HTMLElement && target.closest('input, textarea, select, [contenteditable="true"]')) return true
  return document.querySelector('dialog[open], [role="dialog"], [role="menu"]:popover-open') !== null
}
