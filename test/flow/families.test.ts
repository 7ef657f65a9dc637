import { randomBytes } from 'node:crypto';
import { describeWith } from '../contract/server-suites.ts';
import { describeFamilies } from './families.ts';

describeFamilies('sqlite and sqlite', () => ({ MONGODB_URL: '', REDIS_URL: '' }));

describeWith('MONGODB_URL', 'families over HTTP on MongoDB', (mongodbUrl) => {
  describeFamilies('mongodb and sqlite', () => {
    const url = new URL(mongodbUrl);
    url.pathname = `/onecert_families_${randomBytes(4).toString('hex')}`;
    return { MONGODB_URL: url.href, REDIS_URL: '' };
  });
});
