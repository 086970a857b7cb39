namespace SmartCityIoT.Ingestion;

/// <summary>Parts of the platform whose failure an operator must hear of.</summary>
public enum PlatformPart
{
    /// <summary>The link to an external broker.</summary>
    Broker,
    Journal,
    Store,

    /// <summary>The balance sheet does not close.</summary>
    Balance,

    /// <summary>The store takes telemetry, and something about it does not work: new series, a closed day.</summary>
    StoreWarning,

    /// <summary>A broker forgot the session, and with it what it kept for us.</summary>
    PossibleLoss,
}

/// <summary>What a part's failure means.</summary>
public static class PlatformParts
{
    /// <summary>Name in alerts, health and metrics.</summary>
    public static string Name(this PlatformPart part) => part switch
    {
        PlatformPart.PossibleLoss => "possible-loss",
        PlatformPart.StoreWarning => "store-warning",
        _ => part.ToString().ToLowerInvariant(),
    };

    /// <summary>Whether telemetry cannot be judged while the part is down, so that no device may be called silent.</summary>
    public static bool Blinds(this PlatformPart part) => part is PlatformPart.Broker or PlatformPart.Journal or PlatformPart.Store;
}
