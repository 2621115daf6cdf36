// As `AbortSignal.timeout`, of 2022.
export const patience = (milliseconds, it = new AbortController()) => {
  setTimeout(() => it.abort(), milliseconds);
  return it.signal;
};
