namespace SmartCityIoT.LoadTest.Platform;

/// <summary>A folder for data directories, gone at the end.</summary>
internal sealed class TemporaryFolder : IDisposable
{
    private readonly string path = Directory.CreateTempSubdirectory("smartcity-load-").FullName;

    public string DataDirectory => Path.Combine(path, "data");

    public string PathOf(string file) => Path.Combine(path, file);

    /// <summary>Takes over the files of another data directory that nobody has open.</summary>
    public void CopyFrom(TemporaryFolder other)
    {
        Directory.CreateDirectory(DataDirectory);
        foreach (var file in Directory.GetFiles(other.DataDirectory)) File.Copy(file, Path.Combine(DataDirectory, Path.GetFileName(file)));
    }

    public void Dispose() => Directory.Delete(path, recursive: true);
}
