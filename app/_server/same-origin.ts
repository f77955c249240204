/** Whether a form post comes from this portal's own pages. A browser always sends Origin with a POST; without one it is refused. */
export function isSameOrigin(request: Request, publicUrl: URL): boolean {
  return request.headers.get('origin') === publicUrl.origin
}
