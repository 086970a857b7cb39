using SmartCityIoT.Alerts.Rules;

namespace SmartCityIoT.Alerts.Evaluation;

/// <summary>
/// What one rule remembers of one series: its state, and the sample time from which that state counts. Nothing else, so that
/// a restart with these two goes on exactly where it was; and nothing changes while values stay where they are.
/// </summary>
/// <remarks>
/// <code>
/// Idle ──bad──▶ Pending ──bad, dwell over──▶ Active ──good──▶ Clearing ──good, time over──▶ Idle
///   ▲  not bad ◀──┘                             ▲    not good ◀──┘
/// </code>
/// Between raise and clear level a value is neither bad nor good. A sample from before <see cref="Since"/> is passed over.
/// </remarks>
internal struct RuleSlot
{
    public RuleState State;

    /// <summary>Unix microseconds; 0 while idle.</summary>
    public long Since;

    /// <summary>Stands in the list of slots that the next commit writes.</summary>
    public bool IsUnsaved;

    /// <summary>Holds one sample against a limit.</summary>
    /// <param name="time">Sample time, Unix microseconds.</param>
    public RuleStep Take(CompiledLimit limit, long raw, long time)
    {
        if (State == RuleState.Idle)
        {
            if (!limit.IsBad(raw)) return RuleStep.None;
            if (limit.Dwell == 0) return Enter(RuleState.Active, time, RuleStep.Raise);
            return Enter(RuleState.Pending, time, RuleStep.Change);
        }

        if (time < Since) return RuleStep.None;
        switch (State)
        {
            case RuleState.Pending:
                if (!limit.IsBad(raw)) return Enter(RuleState.Idle, 0, RuleStep.Change);
                return time - Since >= limit.Dwell ? Enter(RuleState.Active, time, RuleStep.Raise) : RuleStep.None;
            case RuleState.Active:
                if (!limit.IsGood(raw)) return RuleStep.None;
                if (limit.ClearAfter == 0) return Enter(RuleState.Idle, 0, RuleStep.Clear);
                return Enter(RuleState.Clearing, time, RuleStep.Change);
            default:
                if (!limit.IsGood(raw)) return Enter(RuleState.Active, time, RuleStep.Change);
                return time - Since >= limit.ClearAfter ? Enter(RuleState.Idle, 0, RuleStep.Clear) : RuleStep.None;
        }
    }

    public readonly bool IsRaised => State is RuleState.Active or RuleState.Clearing;

    public void Reset()
    {
        State = RuleState.Idle;
        Since = 0;
    }

    /// <summary>Goes over into a state that counts from <paramref name="since"/>, and answers the step.</summary>
    public RuleStep Enter(RuleState state, long since, RuleStep step)
    {
        State = state;
        Since = since;
        return step;
    }
}

/// <summary>Stored as a number: the order stays.</summary>
internal enum RuleState : byte
{
    /// <summary>No sample says that anything is wrong.</summary>
    Idle,

    /// <summary>Every sample since then is bad, and not for long enough.</summary>
    Pending,

    /// <summary>The alert is raised.</summary>
    Active,

    /// <summary>The alert is raised; every sample since then is good, and not for long enough.</summary>
    Clearing,
}

/// <summary>What a sample did.</summary>
internal enum RuleStep : byte
{
    None,

    /// <summary>The slot is to be saved, and nothing else happened.</summary>
    Change,
    Raise,
    Clear,
}
