// Preloaded into a server under test (`node --import`): it tells its own use of CPU and memory when asked over the
// channel of its parent, and ends when the parent is gone.
process.on('message', (message) => {
  if (message !== 'sample') return;
  const { user, system } = process.cpuUsage();
  process.send({ sample: { cpuMs: (user + system) / 1000, rssBytes: process.memoryUsage.rss() } });
});
process.on('disconnect', () => process.exit(0));
