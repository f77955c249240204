/**
 * A getter that makes a value a key and keeps the `most` used last: clients of AWS cost memory, and an organisation has
 * thousands of accounts and Regions. `drop` is told of each that goes.
 */
export function keepRecent<Value>(most: number, make: (key: string) => Value, drop: (value: Value) => void): (key: string) => Value {
  const kept = new Map<string, Value>()
  return (key) => {
    const value = kept.get(key) ?? make(key)
    // A Map keeps the order of insertion: whoever was asked for last is at the end.
    kept.delete(key)
    kept.set(key, value)
    const [oldest] = kept
    if (kept.size > most && oldest) {
      kept.delete(oldest[0])
      drop(oldest[1])
    }
    return value
  }
}
