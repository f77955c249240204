/**
 * One field of a server action's form. Actions are public endpoints: what arrives in the form's place may be anything,
 * and reads as a form without fields.
 */
export function formField(form: unknown, name: string): FormDataEntryValue | null {
  return form instanceof FormData ? form.get(name) : null
}
