namespace SmartCityIoT.Alerts.Desk;

/// <summary>What came of acknowledging an alert.</summary>
/// <param name="Alert">The alert as it stands after it; null where there is none of that id.</param>
public sealed record Acknowledgement(AcknowledgeOutcome Outcome, Alert? Alert);

public enum AcknowledgeOutcome
{
    /// <summary>The alert is the actor's.</summary>
    Acknowledged,

    /// <summary>Somebody had acknowledged it before: nothing changed.</summary>
    AlreadyAcknowledged,

    /// <summary>It had cleared: nothing changed.</summary>
    Cleared,

    /// <summary>There is no alert of that id.</summary>
    NotFound,
}
