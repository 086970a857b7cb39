namespace SmartCityIoT.Storage.Rollups;

/// <summary>What those who store, those who roll up and those who ask tell each other. Any thread may read and write.</summary>
/// <param name="isEnabled">Whether rollups are made at all.</param>
public sealed class RollupBoard(bool isEnabled)
{
    private long storedUntil;
    private volatile bool isEnabled = isEnabled;
    private volatile bool isFilled;
    private volatile RollupStatus status = new(0, null, null);

    /// <summary>Whether hours are to be marked as they get readings.</summary>
    public bool TakesMarks => isEnabled;

    /// <summary>Unix milliseconds of receipt up to which every message is in the store; 0 before the first was looked at.</summary>
    public long StoredUntil => Volatile.Read(ref storedUntil);

    /// <summary>How far the work has come.</summary>
    public RollupStatus Status => status;

    /// <summary>Every hour that the store holds was marked once: one that is not due has its rollups.</summary>
    internal bool IsFilled => isFilled;

    /// <summary>Tells that everything received before a time (Unix milliseconds) is in the store.</summary>
    public void TellStored(long until)
    {
        if (until > StoredUntil) Volatile.Write(ref storedUntil, until);
    }

    internal void Fill() => isFilled = true;

    /// <summary>Rows cannot be relied on for now: questions are answered from the readings.</summary>
    internal void Unfill() => isFilled = false;

    internal void Show(RollupStatus now) => status = now;

    /// <summary>The server cannot be asked: nothing is marked from here on.</summary>
    internal void GiveUp() => isEnabled = isFilled = false;
}

/// <summary>How far the rollups have come.</summary>
/// <param name="DueHours">Hours of devices that are to be rolled up.</param>
/// <param name="Earliest">The earliest of them, in Unix milliseconds; null where there is none.</param>
/// <param name="Problem">Why no progress is made, in one line; null while it is.</param>
public sealed record RollupStatus(long DueHours, long? Earliest, string? Problem);
