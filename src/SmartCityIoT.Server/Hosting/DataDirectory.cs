namespace SmartCityIoT.Server.Hosting;

/// <summary>The folder that holds everything the platform keeps.</summary>
internal static class DataDirectory
{
    /// <summary>Creates the folder where it is missing and makes sure that it can be written to.</summary>
    /// <exception cref="StartupException">It cannot; one line.</exception>
    public static string Open(string path)
    {
        var folder = Path.GetFullPath(path);
        try
        {
            Directory.CreateDirectory(folder);
            var probe = Path.Combine(folder, ".writable");
            File.WriteAllBytes(probe, []);
            File.Delete(probe);
            return folder;
        }
        catch (Exception problem) when (problem is IOException or UnauthorizedAccessException)
        {
            throw new StartupException(
                $"cannot write to the data directory {folder}: {problem.Message} Give the user that runs this the right to, or set SmartCity:DataDirectory.", problem);
        }
    }
}
