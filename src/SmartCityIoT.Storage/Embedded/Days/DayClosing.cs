namespace SmartCityIoT.Storage.Embedded.Days;

/// <summary>What one piece of work beside the writer came to.</summary>
/// <param name="Group">The group that was to become a file; null when files were only checked.</param>
/// <param name="Parts">What was to go into the file.</param>
/// <param name="File">The file, whole and on the disk under its name; null when it failed.</param>
/// <param name="Damaged">Files that are not as the manifest says, with the reason.</param>
internal sealed record DayClosing(
    DayGroup? Group, IReadOnlyList<DayTable> Parts, DayFile? File, Exception? Failure, IReadOnlyList<(DayTable Table, string Reason)> Damaged);
