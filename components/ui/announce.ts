export type AnnouncementTone = 'said' | 'done' | 'failed'
export type Announcement = { text: string; tone: AnnouncementTone }

export const announcementEvent = 'latchkey:announce'

/** `said` is only read aloud; `done` and `failed` are shown too. Needs the <Announcer> of the shell. */
export function announce(text: string, tone: AnnouncementTone = 'said'): void {
  window.dispatchEvent(new CustomEvent<Announcement>(announcementEvent, { detail: { text, tone } }))
}
