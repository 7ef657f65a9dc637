import { randomBytes } from 'node:crypto';
import { describeWith } from '../contract/server-suites.ts';
import { describeMainJob } from './main-job.ts';

describeMainJob('sqlite and sqlite', () => ({ MONGODB_URL: '', REDIS_URL: '' }));

describeWith('MONGODB_URL', 'the main job on MongoDB', (mongodbUrl) => {
  describeWith('REDIS_URL', 'and Redis', (redisUrl) => {
    describeMainJob('mongodb and redis', () => {
      const url = new URL(mongodbUrl);
      url.pathname = `/onecert_main_job_${randomBytes(4).toString('hex')}`;
      return { MONGODB_URL: url.href, REDIS_URL: redisUrl };
    });
  });
});
