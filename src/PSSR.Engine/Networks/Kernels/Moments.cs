namespace PSSR.Networks.Kernels;

/// <summary>Number, mean and summed squared distance from the mean of some values.</summary>
internal readonly record struct Moments(double Count, double Mean, double Squares)
{
    /// <summary>Biased, as normalisation takes it.</summary>
    public double Variance => Squares / Count;

    /// <summary>Those of n values, from what was summed of their distances from a number near their mean.</summary>
    public static Moments About(double pivot, double count, double sum, double squares)
    {
        var off = sum / count;
        return new Moments(count, pivot + off, squares - (sum * off));
    }

    /// <summary>Those of both sets together (Chan, Golub, LeVeque 1979); the default value is the empty set.</summary>
    public static Moments operator +(Moments a, Moments b)
    {
        if (a.Count == 0)
            return b;
        var (count, apart) = (a.Count + b.Count, b.Mean - a.Mean);
        return new Moments(count, a.Mean + (apart * b.Count / count), a.Squares + b.Squares + (apart * apart * a.Count * b.Count / count));
    }
}
