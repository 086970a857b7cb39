namespace SmartCityIoT.Alerts.Rules;

/// <summary>A rule's limit during one time: limits follow published texts, and the texts change.</summary>
public sealed record RuleLimit
{
    /// <summary>
    /// Level beyond which a value is bad: above it, or below it; the level itself is still good.
    /// For <see cref="RuleKind.Silent"/> the number of reporting intervals.
    /// </summary>
    public required decimal Raise { get; init; }

    /// <summary>Level at which, or on the good side of which, a value is good again.</summary>
    public required decimal Clear { get; init; }

    /// <summary>First day (UTC) on which the limit holds; null for ever before.</summary>
    public DateOnly? ValidFrom
    {
        get;
        init
        {
            field = value;
            FromMilliseconds = value is { } day ? Midnight(day) : long.MinValue;
        }
    }

    /// <summary>First day (UTC) on which the limit does not hold any more; null for ever after.</summary>
    public DateOnly? ValidTo
    {
        get;
        init
        {
            field = value;
            ToMilliseconds = value is { } day ? Midnight(day) : long.MaxValue;
        }
    }

    /// <summary>Where the limit stands written, or what it was reasoned from.</summary>
    public required string Source { get; init; }

    public required SourceState SourceState { get; init; }

    /// <summary>Unix milliseconds from which the limit holds.</summary>
    public long FromMilliseconds { get; private init; } = long.MinValue;

    /// <summary>Unix milliseconds before which the limit holds.</summary>
    public long ToMilliseconds { get; private init; } = long.MaxValue;

    /// <summary>Whether the limit holds at a time in Unix milliseconds.</summary>
    public bool HoldsAt(long milliseconds) => milliseconds >= FromMilliseconds && milliseconds < ToMilliseconds;

    private static long Midnight(DateOnly day) => new DateTimeOffset(day, TimeOnly.MinValue, TimeSpan.Zero).ToUnixTimeMilliseconds();
}

/// <summary>How far a limit can be trusted.</summary>
public enum SourceState
{
    /// <summary>An engineering default of this project.</summary>
    Default,

    /// <summary>Read in the published source.</summary>
    Verified,
}
