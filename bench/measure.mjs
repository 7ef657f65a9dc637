// Closed loops in turns: A B A B …; what is reported is the median of the rounds (p99: of all their operations).
import { setImmediate as nextTurn } from 'node:timers/promises';

export const median = (values) => quantile(values, 0.5);

const quantile = (values, part) => {
  const sorted = [...values].sort((a, b) => a - b);
  const place = (sorted.length - 1) * part;
  const low = Math.floor(place);
  return sorted[low] + (sorted[Math.ceil(place)] - sorted[low]) * (place - low);
};

/** Four significant digits: more would be noise. */
export const rounded = (value) => Number(value.toPrecision(4));

/** CPU (user and system) of this process, all its threads. */
export const ownCpu = async () => {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1000;
};

/** One round: `concurrency` workers, each doing one operation after the other until the time, or the work, is over. */
const round = async ({ run, cpu = ownCpu, concurrency = 1 }, milliseconds, operations = Infinity) => {
  await nextTurn();
  const latencies = [];
  const cpuBefore = await cpu();
  const started = performance.now();
  const worker = async (number) => {
    for (;;) {
      const before = performance.now();
      if (before - started >= milliseconds || latencies.length >= operations) return;
      await run(number);
      latencies.push(performance.now() - before);
    }
  };
  await Promise.all(Array.from({ length: concurrency }, (_, number) => worker(number)));
  const seconds = (performance.now() - started) / 1000;
  const cpuMs = (await cpu()) - cpuBefore;
  return {
    operations: latencies.length,
    seconds,
    perSecond: latencies.length / seconds,
    cpuMs: cpuMs / latencies.length,
    p50: quantile(latencies, 0.5),
    latencies,
  };
};

/**
 * Measures subjects in turns and reports one line each. A subject: `{ subject, run(worker), peer?, cpu?, concurrency?,
 * note? }`; the one marked `peer` is what the first is compared with.
 */
export const compare = async (
  bench,
  subjects,
  { rounds, roundMs, warmUpMs, warmUpOperations, deadline, report, more = {} },
) => {
  const results = subjects.map(() => []);
  for (const subject of subjects) await round(subject, warmUpMs, warmUpOperations);
  for (let number = 0; number < rounds; number += 1) {
    // Past its time a run still gives every figure once.
    if (number > 0 && performance.now() > deadline) break;
    for (const [place, subject] of subjects.entries()) results[place].push(await round(subject, roundMs));
  }
  const of = (place, name) => median(results[place].map((result) => result[name]));
  const total = (place, name) => results[place].reduce((sum, result) => sum + result[name], 0);
  const peer = subjects.findIndex((subject) => subject.peer);
  for (const [place, { subject, concurrency = 1, note }] of subjects.entries()) {
    report({
      bench,
      subject,
      ...more,
      operations: total(place, 'operations'),
      seconds: rounded(total(place, 'seconds')),
      rounds: results[place].length,
      concurrency,
      per_second: rounded(of(place, 'perSecond')),
      cpu_ms_per_operation: rounded(of(place, 'cpuMs')),
      p50_ms: rounded(of(place, 'p50')),
      p99_ms: rounded(
        quantile(
          results[place].flatMap((result) => result.latencies),
          0.99,
        ),
      ),
      ...(place === 0 && peer > 0
        ? {
            ratio_to_peer: rounded(of(0, 'perSecond') / of(peer, 'perSecond')),
            cpu_ratio_to_peer: rounded(of(0, 'cpuMs') / of(peer, 'cpuMs')),
            peer: subjects[peer].subject,
          }
        : {}),
      ...(note ? { note } : {}),
    });
  }
};
