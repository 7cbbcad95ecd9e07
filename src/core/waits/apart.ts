/** Something that is opened for one question alone. */
export interface Apart<Session> {
  open(): Promise<Session>;
  /** Breaks it off when the answer takes longer than `ms`. */
  cut(session: Session): void;
  /** Is not waited for. */
  close(session: Session): void;
  readonly ms: number;
}

/** Asks by a session of its own, for a short time: of one that is silent, or that is in the way. */
export async function askApart<Session, T>(by: Apart<Session>, ask: (session: Session) => Promise<T>): Promise<T> {
  const session = await by.open();
  const timer = setTimeout(() => {
    by.cut(session);
  }, by.ms);
  try {
    return await ask(session);
  } finally {
    clearTimeout(timer);
    by.close(session);
  }
}
