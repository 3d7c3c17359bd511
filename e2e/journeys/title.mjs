// The title: report → desk → two approvals → phones → stand-down → logged entry → verify.

import { tell } from "../story.mjs";

export const journeys = [
  {
    name: "a_report_becomes_a_bell_an_end_and_a_verified_entry_with_scripts",
    run: ({ town, browse }) => tell({ town, browse, scripts: true }),
  },
  {
    // PROMISE whole-without-scripts
    name: "a_report_becomes_a_bell_an_end_and_a_verified_entry_without_scripts",
    run: ({ town, browse }) => tell({ town, browse, scripts: false }),
  },
];
