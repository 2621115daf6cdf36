/**
 * The shares of two counts in percent, as `Percentages` in Sources/Voting gives them: whole numbers
 * that sum to 100, or with up to two decimals where whole ones would hide a vote or a lead.
 */
export const percentages = (yes, no) => {
  if (yes + no === 0) return { yes: "0", no: "0" };
  const [less, more] = [Math.min(yes, no), Math.max(yes, no)].map(BigInt);
  for (let decimals = 0; ; decimals++) {
    const unit = 10n ** BigInt(decimals);
    const all = 100n * unit;
    let share = (2n * less * all + less + more) / (2n * (less + more));
    const hidesVotes = share === 0n && less > 0n;
    const hidesLead = 2n * share === all && less < more;
    if ((hidesVotes || hidesLead) && decimals < 2) continue;
    if (hidesVotes) share = 1n;
    if (hidesLead) share -= 1n;
    const [few, many] = [share, all - share].map((part) =>
      decimals ? `${part / unit}.${`${part % unit}`.padStart(decimals, "0")}` : `${part}`);
    return yes < no ? { yes: few, no: many } : { yes: many, no: few };
  }
};
