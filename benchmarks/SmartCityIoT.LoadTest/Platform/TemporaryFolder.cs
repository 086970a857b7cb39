namespace SmartCityIoT.LoadTest.Platform;

/// <summary>A folder for data directories, gone at the end.</summary>
internal sealed class TemporaryFolder : IDisposable
{
    private readonly string path = Directory.CreateTempSubdirectory("smartcity-load-").FullName;

    public string DataDirectory => Path.Combine(path, "data");

    public void Dispose() => Directory.Delete(path, recursive: true);
}
