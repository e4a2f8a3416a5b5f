/** The interval at which a process that uses the database records that it is alive. */
export const heartbeatMs = 10_000;

/** A heartbeat this old means that its process is gone, whatever runs under its id now. */
export const staleMs = 3 * heartbeatMs;
