/** Page, filters and what is open, all in the link's hash: `#/work?kind=issue&item=ca_…`. Never anything of a person. */
import { useEffect, useState } from 'react';

export interface Route {
  page: string;
  query: Record<string, string>;
}

const read = (): Route => {
  const [path = '', query = ''] = location.hash.replace(/^#\/?/, '').split('?');
  return { page: path || 'work', query: Object.fromEntries(new URLSearchParams(query)) };
};

export const useRoute = (): Route => {
  const [route, setRoute] = useState(read);
  useEffect(() => {
    const onChange = () => setRoute(read());
    window.addEventListener('hashchange', onChange);
    return () => window.removeEventListener('hashchange', onChange);
  }, []);
  return route;
};

export const linkTo = (page: string, query: Record<string, string | undefined> = {}): string => {
  const given = Object.entries(query).filter((pair): pair is [string, string] => !!pair[1]);
  return `#/${page}${given.length > 0 ? `?${new URLSearchParams(given)}` : ''}`;
};

/** Changes the query of the page that is open; undefined and '' take a member away. */
export const change = (over: Record<string, string | undefined>): void => {
  const { page, query } = read();
  location.hash = linkTo(page, { ...query, ...over });
};
