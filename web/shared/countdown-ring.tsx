const radius = 20;
const circumference = 2 * Math.PI * radius;

/** Seconds left of a whole, as a number in a ring. The number is what counts; the ring only shows it. */
export const CountdownRing = ({ left, whole }: { left: number; whole: number }) => (
  <svg className="ring" viewBox="0 0 48 48" width="56" height="56" aria-hidden="true" focusable="false">
    <circle cx="24" cy="24" r={radius} className="ring-track" />
    <circle
      cx="24"
      cy="24"
      r={radius}
      className="ring-left"
      strokeDasharray={circumference}
      strokeDashoffset={circumference * (1 - Math.max(0, Math.min(1, left / whole)))}
      transform="rotate(-90 24 24)"
    />
    <text x="24" y="24" className="ring-number" textAnchor="middle" dominantBaseline="central">
      {Math.max(0, left)}
    </text>
  </svg>
);
