const paths = {
  valid: 'M4.5 12.5l5 5 10-11',
  check: 'M12 3.5l9.5 17h-19zM12 10v4.5M12 17.2v.3',
  not_valid: 'M5.5 5.5l13 13M18.5 5.5l-13 13',
  info: 'M12 3a9 9 0 100 18 9 9 0 000-18zM12 11v5.5M12 7.3v.3',
  eye: 'M2 12s3.6-6.5 10-6.5S22 12 22 12s-3.6 6.5-10 6.5S2 12 2 12zM12 9a3 3 0 100 6 3 3 0 000-6z',
  eye_off:
    'M4 4l16 16M9.5 5.9A10 10 0 0112 5.5C18.4 5.5 22 12 22 12a17 17 0 01-3.2 3.9M6.3 7.4A17 17 0 002 12s3.6 6.5 10 6.5a10 10 0 004.2-.9',
  plus: 'M12 5v14M5 12h14',
  settings:
    'M4 7h9M19 7h1M4 17h2M12 17h8M16 4.5a2.5 2.5 0 100 5 2.5 2.5 0 000-5zM9 14.5a2.5 2.5 0 100 5 2.5 2.5 0 000-5z',
  back: 'M15 5l-7 7 7 7',
  forward: 'M9 5l7 7-7 7',
  camera: 'M4 7.5h3.5L9 5h6l1.5 2.5H20v11H4zM12 9.5a3.5 3.5 0 100 7 3.5 3.5 0 000-7z',
  code: 'M4 4h6v6H4zM14 4h6v6h-6zM4 14h6v6H4zM14 14h2v2h-2zM18 14h2v2h-2zM14 18h2v2h-2zM18 18h2v2h-2z',
  scan: 'M4 8V4h4M16 4h4v4M20 16v4h-4M8 20H4v-4M4 12h16',
  offline: 'M4 4l16 16M8 8.2A5.5 5.5 0 006.5 19H17M10.5 6.3A5.5 5.5 0 0117.3 10 4.5 4.5 0 0120.6 17',
  refresh: 'M20 5v5h-5M19.4 10A8 8 0 104.6 15.5',
  image: 'M4 5h16v14H4zM4 16l5-5 4 4 2.5-2.5L20 17M15.5 8.5v.3',
  card: 'M3 6h18v12H3zM3 10h18',
} as const;

export type IconName = keyof typeof paths;

/** Always beside a word, so it is hidden from screen readers. */
export const Icon = ({ name }: { name: IconName }) => (
  <svg
    className="icon"
    viewBox="0 0 24 24"
    fill="none"
    stroke="currentColor"
    strokeWidth="2"
    strokeLinecap="round"
    strokeLinejoin="round"
    aria-hidden="true"
    focusable="false"
  >
    <path d={paths[name]} />
  </svg>
);
