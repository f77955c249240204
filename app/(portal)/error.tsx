'use client'
export { CaughtError as default } from '#components/access-pages/caught-error.tsx'
