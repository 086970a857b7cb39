namespace SmartCityIoT.Ingestion.Consume;

/// <summary>
/// When a consumer saves its position and the states of its devices: a second after the last time, and later where a save takes long, so that
/// saving takes a hundredth of the time at most. What it costs grows with the devices that sent something and not with the messages; what
/// waiting costs is that a start after a kill reads as much of the journal again.
/// </summary>
internal sealed class SavePace
{
    public static readonly TimeSpan Shortest = TimeSpan.FromSeconds(1);

    public static readonly TimeSpan Longest = TimeSpan.FromSeconds(15);

    private const int Share = 100;

    /// <summary>When the next save is due, on the clock of the caller.</summary>
    public TimeSpan DueAt { get; private set; } = Shortest;

    /// <param name="now">Time at which the save ended, or began where it goes on in the background.</param>
    /// <param name="took">How long the last save that ended took.</param>
    public void Saved(TimeSpan now, TimeSpan took)
    {
        var pause = took * Share;
        DueAt = now + (pause < Shortest ? Shortest : pause > Longest ? Longest : pause);
    }
}
