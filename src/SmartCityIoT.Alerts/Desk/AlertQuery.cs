namespace SmartCityIoT.Alerts.Desk;

/// <summary>Which alerts to list. Newest first; null members ask for any.</summary>
public sealed record AlertQuery
{
    /// <summary>Most alerts of one page.</summary>
    public const int LargestLimit = 10_000;

    public AlertFilter State { get; init; } = AlertFilter.Active;

    public ulong? Device { get; init; }

    /// <summary>Codes of the areas; empty finds nothing.</summary>
    public IReadOnlyCollection<string>? Areas { get; init; }

    public string? Sector { get; init; }

    /// <summary>1 to <see cref="LargestLimit"/>.</summary>
    public int Limit { get; init; } = 200;

    /// <summary>Only alerts older than the one that the cursor stands for, see <see cref="AlertCursor"/>.</summary>
    public long? Before { get; init; }
}

/// <summary>Which part of their life alerts are in.</summary>
public enum AlertFilter
{
    /// <summary>Raised or acknowledged, and not cleared.</summary>
    Active,
    Cleared,
    All,
}
